import type { JSX, ReactNode } from "react";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  children: ReactNode;
}

/** Says why there is nothing to see and what happens next. */
export function EmptyState({ icon, title, children }: EmptyStateProps): JSX.Element {
  return (
    <div className="empty">
      <span className="empty__icon">{icon}</span>
      <p className="empty__title">{title}</p>
      <p className="empty__text">{children}</p>
    </div>
  );
}
