import type { ComponentChildren, JSX } from "preact";

/** A titled part of the panel beside a conversation. */
export function Block({
  title,
  children,
}: {
  title: string;
  children: ComponentChildren;
}): JSX.Element {
  return (
    <section class="block">
      <h3 class="block__title">{title}</h3>
      {children}
    </section>
  );
}

export function Fact({ label, value }: { label: string; value: string }): JSX.Element {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

interface StepWords {
  readonly question: string;
  readonly answer: string;
  readonly note?: string;
}

/** What was asked and answered, in order. */
export function Steps({ steps }: { steps: readonly StepWords[] }): JSX.Element {
  return (
    <ol class="steps">
      {steps.map(({ question, answer, note }, index) => (
        <li key={`${index}-${question}`} class="step">
          <p class="step__question">{question}</p>
          <p class="step__answer">{answer || "未回答"}</p>
          {note && <p class="context__none">{note}</p>}
        </li>
      ))}
    </ol>
  );
}
