"""One page: what follows what, what agents may use, what happens periodically, who judges at the doors."""

from django.apps import AppConfig


class Wiring(AppConfig):
    name = "seconder.wiring"
    label = "wiring"

    def ready(self) -> None:
        from django.utils.module_loading import autodiscover_modules

        autodiscover_modules("events", "jobs", "personal_data", "recipients", "surfaces")
        autodiscover_modules("disposals")  # which name rules that personal_data declares
        _wakers()
        _lanes()
        _tools()
        _doors()
        _choices()
        _registry()
        _identity()
        _disclosures()
        _policy()
        _belongings()
        _erasure()
        _pages()
        _reactions()
        _periodic()


def _wakers() -> None:
    from seconder.engine import bind_waker
    from seconder.runs.waking import waking_run

    bind_waker("run", waking_run)


def _lanes() -> None:
    from seconder.engine import lanes
    from seconder.events.lane import sealing_lane
    from seconder.notifications.lane import mailing_lane
    from seconder.privacy.disclosures.lane import rules_lane
    from seconder.runs.lane import runs_lane
    from seconder.telemetry.lane import telemetry_lane
    from seconder.verification.lane import timers_lane

    lanes[:] = [runs_lane, timers_lane, sealing_lane, mailing_lane, telemetry_lane, rules_lane]


def _tools() -> None:
    from seconder.agents import tools
    from seconder.agents.tools import email, http, person

    for tool in (email.TOOL, http.TOOL, person.TOOL):
        tools.offer(tool)


def _doors() -> None:
    from seconder.accounts.gate import judge
    from seconder.core.doors import bind_judge

    bind_judge(judge)


def _choices() -> None:
    """Who knows what people said yes to, and what they objected to."""
    from seconder.core import cookie_guard, purposes
    from seconder.privacy.choices import judging
    from seconder.privacy.requests.answering import objects

    cookie_guard.bind_judge(judging.of_request)
    purposes.bind_judge("consent", judging.by_consent)
    purposes.bind_judge("signal", judging.by_signal)
    purposes.bind_judge("objection", objects)


def _registry() -> None:
    """What apps declare besides what `core` knows of."""
    from seconder.core.registry import add_part
    from seconder.privacy.clauses import CLAUSES
    from seconder.telemetry.measures import MEASURES

    add_part("clauses", CLAUSES)
    add_part("measures", MEASURES)


def _identity() -> None:
    from seconder.accounts.identity import signals

    signals.connect()


def _disclosures() -> None:
    from seconder.core import purposes, recipients
    from seconder.privacy.disclosures import book, rules

    purposes.bind_judge("agreement", rules.by_agreement)
    recipients.on_judging(rules.judge)
    recipients.on_disclosure(book.note)


def _policy() -> None:
    """Which version counts where people sign up; that no new use reaches back; who waits for notice to be over."""
    from seconder.accounts import notice
    from seconder.core import purposes, recipients
    from seconder.privacy.policy import publishing, reaching_back, standing

    notice.bind(
        lambda: standing.current().name or publishing.in_force().name, lambda: publishing.begin().name
    )
    purposes.bind_rule(reaching_back.allows)
    recipients.on_judging(standing.judge)


def _belongings() -> None:
    """What a member may own, and what ends with the seat."""
    from seconder.accounts.invitations.owning import INVITATIONS
    from seconder.accounts.people import keys_and_teams
    from seconder.accounts.people.belongings import bound
    from seconder.agents import owning
    from seconder.verification import allowing, unseating

    bound.kinds[:] = [
        owning.AGENTS,
        keys_and_teams.SERVICE_KEYS,
        keys_and_teams.TEAMS,
        unseating.SEATS,
        INVITATIONS,
    ]
    bound.ends[:] = [unseating.unseat, allowing.end_of]
    bound.naming_person, bound.naming_team = owning.naming_person, owning.naming_team


def _erasure() -> None:
    """What apps do when a person is erased, or an organization ends with its last member; what they add to a copy."""
    from seconder.agents import erasing as agents
    from seconder.agents.exporting import own_files
    from seconder.events import closing as events
    from seconder.privacy.erasure.bound import bound
    from seconder.privacy.export import archive
    from seconder.runs import erasing as runs
    from seconder.verification import closing as verification

    bound.ends[:] = [runs.end_runs]
    bound.rewords[:] = [agents.forget_address]
    bound.naming[:] = [agents.naming]
    bound.closes[:] = [runs.close, agents.close, verification.close, events.close]
    archive.files[:] = [own_files]


def _pages() -> None:
    """What the rail offers, and what pages are told of what lies above them."""
    from seconder.accounts.gate import opens
    from seconder.accounts.organizations.places import PEOPLE, PRIVACY, SETTINGS
    from seconder.accounts.organizations.switch import homes
    from seconder.agents import activity
    from seconder.runs import behind_reviews, pages
    from seconder.runs.learning import pages as learning_pages
    from seconder.ui.navigation import Item, bind
    from seconder.verification import behind

    people, settings, privacy = (
        tuple(each.url_name for each in places[1:]) for places in (PEOPLE, SETTINGS, PRIVACY)
    )
    bind(
        Item("Inbox", "verification:inbox", "inbox", "verification:count", "i"),
        Item("Agents", "agents:list", "agent", shortcut="a"),
        Item("Runs", "runs:list", "run", shortcut="r"),
        Item("Notifications", "notifications:list", "bell", "notifications:count", "n"),
        Item("People", "accounts:people", "people", shortcut="p", also=people),
        Item("Settings", "accounts:settings", "gear", shortcut="s", also=settings),
        Item("Privacy", "privacy:home", "shield", also=privacy),
        home="runs:home",
        sign_out="accounts:sign-out",
        account="accounts:profile",
        organizations="accounts:organizations",
        search="runs:search",
        switch=homes,
        opens=opens,
        notices=(
            ("Privacy policy", "privacy:policy"),
            ("Who gets data", "privacy:recipients"),
            ("Your privacy choices", "privacy:choices"),
            ("Cookies", "privacy:cookies"),
        ),
        notice="privacy:notice",
    )
    behind.bind(
        behind_reviews.agent_names,
        behind_reviews.behind,
        behind_reviews.default_reviewers,
        behind_reviews.agents,
        behind_reviews.objection,
    )
    activity.bind(pages.counts, pages.latest, learning_pages.open_ones)


def _reactions() -> None:
    """Event → who hears of it (a notification, and for some a mail); decisions → what is learned from them."""
    from seconder.events.sealing import Reaction, reactions
    from seconder.notifications import kinds
    from seconder.notifications.hearing import hear
    from seconder.notifications.topics import Topic, topics
    from seconder.runs import review_news, run_news, second_look_news
    from seconder.runs.learning import news as learning_news
    from seconder.runs.learning import noticing
    from seconder.telemetry import hearing, measures
    from seconder.verification import late_leaving

    still, say, presses = review_news.may_still_decide, review_news.say, review_news.pressing
    asks = Topic(still, say, kinds.WAITING, presses)
    reminds = Topic(still, say, kinds.REMINDER, presses)
    taken = Topic(review_news.newly_asked, say, kinds.WAITING, presses)
    closes = Topic(review_news.asked_for_nothing, say, kinds.CLOSED)
    ends = Topic(run_news.requesters, run_news.say, kinds.RUN_ENDED)
    topics |= {
        "review.opened": asks,
        "review.escalated": asks,
        "review.reminded": reminds,
        "review.reassigned": asks,
        "review.delegated": taken,
        "review.given": taken,
        "review.stood_in": taken,
        "review.stage_began": taken,
        "review.decided": closes,
        "review.expired": closes,
        "second_look.answered": Topic(second_look_news.not_fine, second_look_news.say, kinds.NOT_FINE),
        "run.succeeded": Topic(run_news.requesters_where_people_decided, run_news.say, kinds.RUN_ENDED),
        "run.failed": Topic(run_news.requesters, run_news.say, kinds.RUN_FAILED),
        "run.rejected": ends,
        "run.canceled": ends,
        "proposal.found": Topic(learning_news.owners, learning_news.say, kinds.PROPOSED),
    }
    for name in topics:
        reactions[name] = [Reaction(hear, "notifications.hear")]
    for name in ("review.voted", "review.decided"):
        reactions[name].append(Reaction(noticing.hear, "runs.learn_from"))
    for name in late_leaving.EVENTS:
        reactions[name].append(Reaction(late_leaving.hear, "verification.hear_leaving"))
    for name in measures.FEATURES:
        reactions[name].append(Reaction(hearing.hear, "telemetry.hear"))


def _periodic() -> None:
    from seconder.engine import every

    every("*/10 * * * *", "privacy.go_on")
    every("17 * * * *", "privacy.retain")
    every("37 * * * *", "privacy.tell_on")
    every("*/5 * * * *", "accounts.forget_attempts")
    every("29 4 * * *", "runs.learn_anew")
