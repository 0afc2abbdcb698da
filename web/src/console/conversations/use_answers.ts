import { useCallback, useContext, useState } from "react";
import { mergeById } from "../../shared/merge";
import { newMessageId } from "../../shared/message_id";
import { Desk } from "../desk_context";
import { wordsOf } from "../failure";
import type { Fetched } from "../hooks";
import type { ConversationDetail } from "../model";

/** An answer the server has not confirmed; the same clientId goes with every attempt. */
export interface PendingAnswer {
  readonly clientId: string;
  readonly text: string;
  readonly problem: string | null;
}

interface Answers {
  pending: readonly PendingAnswer[];
  answer: (text: string) => void;
  retry: (pending: PendingAnswer) => void;
}

/** Sends the agent's words and shows them at once; what fails stays and can be sent again. */
export function useAnswers(id: string, fetched: Fetched<ConversationDetail>): Answers {
  const { api } = useContext(Desk);
  const [pending, setPending] = useState<readonly PendingAnswer[]>([]);
  const { refetch, update } = fetched;

  const send = useCallback(
    async (answer: PendingAnswer) => {
      const others = (list: readonly PendingAnswer[]) =>
        list.filter(({ clientId }) => clientId !== answer.clientId);
      setPending((list) => [...others(list), { ...answer, problem: null }]);
      try {
        const { message } = await api.answer(id, answer.text, answer.clientId);
        setPending(others);
        update((held) => ({ ...held, messages: mergeById(held.messages, [message]) }));
        refetch();
      } catch (error) {
        setPending((list) => [...others(list), { ...answer, problem: wordsOf(error) }]);
      }
    },
    [api, id, refetch, update],
  );
  return {
    pending,
    answer: (text) => void send({ clientId: newMessageId(), text, problem: null }),
    retry: (answer) => void send(answer),
  };
}
