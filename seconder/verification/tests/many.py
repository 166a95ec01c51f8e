"""Very many waiting reviews, made of one by the database: each of its own, with the same seats."""

COLUMNS = (
    "organization_id, kind, status, outcome, step_id, call_id, attempt, agent, agent_version, requester_id, owner_id, "
    "question, card, content_digest, digest, rule, stages, stage, forbid, "
    "answers, on_timeout, timers, next_at, closed_at, wake"
)
# %(count)s copies of the review %(id)s, opened a second apart and due a second apart; one in twenty of high risk.
REVIEWS = f"""
INSERT INTO verification_review (id, run_id, risk, opened_at, due_at, {COLUMNS})
SELECT gen_random_uuid(), gen_random_uuid(), CASE WHEN n %% 20 = 0 THEN 'high' ELSE 'normal' END,
  opened_at - n * interval '1 second', due_at + n * interval '1 second', {COLUMNS}
FROM verification_review, generate_series(1, %(count)s) n WHERE id = %(id)s
"""
SEATS = """
INSERT INTO verification_assignment (review_id, person_id, stage, how, at, teams)
SELECT r.id, a.person_id, a.stage, a.how, a.at, a.teams FROM verification_review r, verification_assignment a
WHERE a.review_id = %(id)s AND r.digest = (SELECT digest FROM verification_review WHERE id = %(id)s) AND r.id <> %(id)s
"""
ANALYZE = "ANALYZE verification_review, verification_assignment"
