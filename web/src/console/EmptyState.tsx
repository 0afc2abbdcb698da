import type { ComponentChildren, JSX } from "preact";

interface EmptyStateProps {
  icon: ComponentChildren;
  title: string;
  children: ComponentChildren;
}

/** Says why there is nothing to see and what happens next. */
export function EmptyState({ icon, title, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty">
      <span class="empty__icon">{icon}</span>
      <p class="empty__title">{title}</p>
      <p class="empty__text">{children}</p>
    </div>
  );
}
