"""Groups beside each other: a dot and its 95 % interval for AM and for RCC, and a line for all recordings."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.sentences.slice_sentences import kind_words, name_words
from core.workflows.evaluation.slices import LEAST, Slice, SliceShare
from pages.components import formatting
from pages.components.charts import CLEAR, GREY
from pages.components.colours import ACCEPTED, REFUSED
from pages.components.words import language, say_count

ROW_PX = 27
TITLES = ("AM", "RCC")


def slice_chart(groups: Sequence[Slice], *, am: float | None, rcc: float | None) -> go.Figure:
    """Rows in the order of the groups.

    Parameters
    ----------
    am, rcc : of all recordings, drawn as a line
    """
    figure = make_subplots(cols=2, shared_yaxes=True, horizontal_spacing=0.07, subplot_titles=TITLES)
    speaks = language()
    names = [f"{name_words(group, speaks=speaks)} · {kind_words(group.kind, speaks=speaks)}" for group in groups]
    shares = (([group.am for group in groups], am), ([group.rcc for group in groups], rcc))
    for column, (of_groups, overall) in enumerate(shares, start=1):
        rows = list(zip(names, of_groups, strict=True))
        for is_compared in (False, True):
            drawn = [(name, share) for name, share in rows if (share.n >= LEAST) is is_compared]
            figure.add_trace(_dots(drawn, is_faint=not is_compared), row=1, col=column)
        if overall is not None:
            figure.add_vline(x=overall, line={"color": GREY, "width": 1.2, "dash": "dot"}, row=1, col=column)
    figure.update_xaxes(tickvals=[0, 0.5, 1], ticktext=["0", "50", "100"], tickangle=0, range=[-0.05, 1.1])
    figure.update_yaxes(categoryorder="array", categoryarray=names[::-1], showgrid=False)
    figure.update_annotations(font_size=13)
    return figure.update_layout(
        height=ROW_PX * len(groups) + 90,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        showlegend=False,
        dragmode=False,
    )


def _dots(rows: Sequence[tuple[str, SliceShare]], *, is_faint: bool) -> go.Scatter:
    """Faint where there are too few recordings to compare."""
    shares = [share for _, share in rows]
    return go.Scatter(
        x=[share.value for share in shares],
        y=[name for name, _ in rows],
        mode="markers",
        opacity=0.3 if is_faint else 1,
        marker={
            "color": [REFUSED if share.is_worse else ACCEPTED for share in shares],
            "size": 9,
            "symbol": ["diamond" if share.is_worse else "circle" for share in shares],
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [share.interval[1] - share.value for share in shares],
            "arrayminus": [share.value - share.interval[0] for share in shares],
            "color": GREY,
            "thickness": 1.4,
            "width": 3,
        },
        customdata=[_hover(share) for share in shares],
        hovertemplate="%{y}<br>%{customdata[2]} (%{customdata[1]})<br>%{customdata[0]}<extra></extra>",
    )


def _hover(share: SliceShare) -> tuple[str, str, str]:
    return (
        say_count("of {n} recording", "of {n} recordings", share.n),
        formatting.interval_of_few(share.interval, share.n_children),
        formatting.percent(share.value),
    )
