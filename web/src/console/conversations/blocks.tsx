import type { JSX, ReactNode } from "react";

/** A titled part of the panel beside a conversation. */
export function Block({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  return (
    <section className="block">
      <h3 className="block__title">{title}</h3>
      {children}
    </section>
  );
}

export function Fact({ label, value }: { label: string; value: string }): JSX.Element {
  return (
    <div className="fact">
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
    <ol className="steps">
      {steps.map(({ question, answer, note }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
        <li key={`${index}-${question}`} className="step">
          <p className="step__question">{question}</p>
          <p className="step__answer">{answer || "未回答"}</p>
          {note && <p className="context__none">{note}</p>}
        </li>
      ))}
    </ol>
  );
}
