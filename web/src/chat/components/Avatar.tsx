import type { JSX } from "preact";
import { Logo } from "../../shared/icons";

interface AvatarProps {
  author: "bot" | "agent";
  name?: string;
  large?: boolean;
}

/** The bot's mark, or the family name of the person who answers. */
export function Avatar({ author, name, large = false }: AvatarProps): JSX.Element {
  const initial = name ? ([...name][0] ?? "客") : "客";
  return (
    <span class={`avatar avatar--${author}${large ? " avatar--large" : ""}`} aria-hidden="true">
      {author === "bot" ? <Logo size={large ? 26 : 18} /> : initial}
    </span>
  );
}
