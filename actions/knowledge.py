"""Questions about rules, prices and how things are done, answered from the knowledge base."""

from __future__ import annotations

from actions.base import DeskAction
from actions.follow_up_words import UNANSWERED
from actions.format import day
from actions.knowledge_words import (
    ANSWERED,
    HELPFUL,
    OFFERED,
    UNHELPFUL,
    chosen_article,
    verdict,
)
from actions.turn import OFFER_PERSON, Turn
from desk.model.knowledge import Article, KnowledgeAnswer, Move

NEAR = 2


class AnswerQuestion(DeskAction):
    """Give the article, let the customer pick among near ones, or say honestly: not known."""

    action_name = "action_answer_question"

    def act(self, turn: Turn) -> None:
        chosen = chosen_article(turn)
        article = turn.desk.knowledge.article(chosen) if chosen else None
        if article is not None:
            give_article(turn, article, (turn.slot(ANSWERED) or {}).get("question"))
            return
        answer = turn.desk.knowledge.ask(turn.conversation_id, turn.text)
        if answer.move is Move.GIVE:
            give_article(turn, answer.articles[0])
        elif answer.move is Move.CHOOSE:
            self._let_choose(turn, answer)
        elif answer.move is Move.ENDED:
            ended = answer.articles[0]
            assert ended.valid_to is not None
            turn.say("utter_inform_article_ended", title=ended.title, ended=day(ended.valid_to))
        elif answer.move is Move.VAGUE:
            turn.say("utter_ask_topic")
        else:
            turn.say("utter_inform_not_known")
            turn.set(UNANSWERED, {"question": turn.original_text, "message": turn.message_id})
            turn.offer(OFFER_PERSON)

    def _let_choose(self, turn: Turn, answer: KnowledgeAnswer) -> None:
        # Kept with the choice: a verdict on what is picked is about the question first asked.
        turn.set(ANSWERED, {"article": None, "question": turn.original_text})
        offer_articles(turn, "utter_ask_article", answer.articles)


def give_article(turn: Turn, article: Article, question: str | None = None) -> None:
    """The answer, where it comes from, what usually follows, and whether it helped."""
    follow_ups = [(button, button) for button in article.buttons]
    judged = [(HELPFUL, HELPFUL), (UNHELPFUL, UNHELPFUL)]
    source = f"{article.source.document}（{day(article.source.date)}）"
    since = f"{day(article.valid_from)}起有效"
    until = f"，到{day(article.valid_to)}为止" if article.valid_to else ""
    turn.say_choice(
        "utter_inform_article",
        [*follow_ups, *judged],
        body=article.body,
        source=source,
        validity=f"{since}{until}",
    )
    turn.set(ANSWERED, {"article": article.id, "question": question or turn.original_text})
    turn.set(OFFERED, None)


def offer_articles(turn: Turn, response: str, articles: tuple[Article, ...]) -> None:
    """Two or three titles as buttons; each says itself and leads to just that article."""
    turn.say_choice(response, [(a.title, a.title) for a in articles])
    turn.set(OFFERED, {a.title: a.id for a in articles})


def answer_if_sure(turn: Turn) -> bool:
    """For a sentence that was not understood: the answer, when there can be little doubt.

    Less is needed when a question about rules was one of the things it might have been.
    """
    if not turn.text:
        return False
    answer = turn.desk.knowledge.ask(turn.conversation_id, turn.text)
    likely = "ask_faq" in turn.choices and answer.move is Move.GIVE
    if not (likely or turn.desk.knowledge.is_very_sure(answer)):
        return False
    give_article(turn, answer.articles[0])
    return True


class JudgeAnswer(DeskAction):
    """有帮助 or 没帮到我: kept for those who write the articles; who was not helped gets more."""

    action_name = "action_judge_answer"

    def act(self, turn: Turn) -> None:
        answered = turn.slot(ANSWERED) or {}
        helpful = bool(verdict(turn))
        question = str(answered.get("question") or "")
        if answered.get("article"):
            turn.desk.knowledge.judge(
                turn.conversation_id,
                str(answered["article"]),
                question,
                helpful,
                key=turn.key("judge"),
            )
        turn.set(ANSWERED, None)
        if helpful:
            turn.say("utter_acknowledge_helpful")
            return
        near = self._near(turn, question, answered.get("article"))
        if near:
            turn.set(ANSWERED, {"article": None, "question": question})
            offer_articles(turn, "utter_offer_other_articles", near)
        else:
            turn.say("utter_apologize_unhelpful")
        turn.offer(OFFER_PERSON)

    def _near(self, turn: Turn, question: str, given: str | None) -> tuple[Article, ...]:
        answer = turn.desk.knowledge.ask(turn.conversation_id, question)
        if answer.move not in (Move.GIVE, Move.CHOOSE):
            return ()
        return tuple(a for a in answer.articles if a.id != given)[:NEAR]
