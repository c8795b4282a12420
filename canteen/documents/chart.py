"""The one chart: columns with their values, hatched so that a copy shows them too."""

import io

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from canteen.documents.fonts import font_file

INK, LINE = "#0B4F6C", "#6F6F6F"
MM_PER_INCH = 25.4
LABELLED = 31  # columns; with more, the values stand in the table alone


def column_chart(
    labels: list[str], values: list[int], width_mm: float, height_mm: float, gap_pt: float = 0.0
) -> bytes:
    """An SVG of columns. Letters are drawn as paths of our own font, so no font is looked up to show it.

    `gap_pt` is the room between a column and its value; the first papers had none, and are drawn as they were.
    """
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "canteen", "hatch.linewidth": 0.4}):
        figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), layout="constrained")
        axes = figure.add_subplot()
        small = FontProperties(fname=str(font_file(400)), size=6.5)
        places = range(len(values))
        axes.bar(places, values, width=0.72, facecolor="#DCE8ED", edgecolor=INK, hatch="////", linewidth=0.7)
        axes.set_xticks(list(places), labels, fontproperties=small)
        axes.set_ylim(0, max(values, default=1) * 1.15 or 1)
        axes.set_xlim(-0.6, len(values) - 0.4)
        _plain(axes, small)
        if len(values) <= LABELLED:
            for place, value in zip(places, values, strict=True):
                axes.annotate(
                    f"{value:,}", (place, value), (0, gap_pt), textcoords="offset points", ha="center", va="bottom",
                    fontproperties=small, color="#000",
                )  # fmt: skip
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()


def _plain(axes: mpl.axes.Axes, font: FontProperties) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.tick_params(axis="both", length=0)
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(nbins=4, integer=True))
    axes.set_axisbelow(True)
    axes.grid(axis="y", color="#D9D9D9", linewidth=0.4)
    for label in axes.get_yticklabels():
        label.set_fontproperties(font)
