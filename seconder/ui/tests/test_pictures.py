"""The two pictures: nothing overlaps, nothing leaves the frame, and both have words beside them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from seconder.ui.flow import HEIGHT, WIDTH, FlowStep, draw
from seconder.ui.tests.conftest import Show
from seconder.ui.timeline import SCALE, bar, extent

STEP = st.builds(lambda name: FlowStep(name=name, kind="prompt"), st.text(max_size=60))
STEPS = st.recursive(
    st.lists(STEP, min_size=1, max_size=4),
    lambda inner: st.lists(
        st.one_of(
            STEP,
            st.builds(
                lambda b: FlowStep(kind="branches", branches=b), st.lists(inner, min_size=1, max_size=3)
            ),
        ),
        min_size=1,
        max_size=4,
    ),
    max_leaves=12,
)


@given(STEPS)
def test_boxes_lie_within_the_picture_and_never_overlap(steps: list[FlowStep]) -> None:
    drawing = draw(steps)
    for index, box in enumerate(drawing.boxes):
        assert box.x >= 0
        assert box.x + WIDTH <= drawing.width
        assert box.y >= 0
        assert box.y + HEIGHT <= drawing.height
        for other in drawing.boxes[index + 1 :]:
            assert abs(box.x - other.x) >= WIDTH or abs(box.y - other.y) >= HEIGHT


def test_the_flow_is_an_image_with_a_name(show: Show) -> None:
    steps = [
        FlowStep(name="Extract", kind="prompt", detail="Reads <the> order"),
        FlowStep(name="Approval", kind="review"),
    ]
    html = show('{% flowchart steps title="The steps" %}', steps=steps)
    assert 'role="img" aria-label="The steps"' in html
    assert "Reads &lt;the&gt; order" in html
    assert html.count('class="box') == 2


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_bars_lie_within_the_time_of_the_run(start: float, length: float, rest: float) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    begun = first + timedelta(seconds=start)
    ended = begun + timedelta(seconds=length)
    placed = bar(begun, ended, first, ended + timedelta(seconds=rest))
    assert placed is not None
    x, width = placed
    assert x >= 0
    assert 0 < width <= SCALE - x


def test_a_step_that_has_not_started_has_no_bar() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert bar(None, None, now, now) is None
    assert extent([(None, None)], now) == (now, now)


def test_a_step_that_runs_reaches_to_now() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    first, last = extent(
        [(now - timedelta(hours=2), now - timedelta(hours=1)), (now - timedelta(hours=1), None)], now
    )
    assert (first, last) == (now - timedelta(hours=2), now)
    assert bar(now - timedelta(hours=1), None, first, last) == (500, 500)
