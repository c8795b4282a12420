"""A month's meals divided again under a draft: who would pay more, who less, what it costs each payer.

`dividing.trial` is the engine, which reads and writes nothing; a draft's trials are kept as jobs that `canteen work`
takes (`services`), so that a page only asks how far one is.
"""

from canteen.settlement.trial.dividing import trial
from canteen.settlement.trial.result import Trial

__all__ = ["Trial", "trial"]
