import importlib.util

import canteen.app

canteen.app.PAGES = tuple(
    name for name in canteen.app.PAGES if importlib.util.find_spec(f"canteen.{name}.views")
)
