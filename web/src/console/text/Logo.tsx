import type { JSX } from "react";

/** The mark of the service: a speech bubble with a signal in it. */
export function Logo({ size = 24 }: { size?: number }): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M16 3.5C8.5 3.5 3 8.3 3 14.7c0 3.7 1.9 6.9 4.9 8.9-.1 1.6-.8 3.2-2 4.5-.3.4 0 .9.5.9 2.9-.2 5.2-1.4 6.7-2.9.9.2 1.9.2 2.9.2 7.5 0 13-4.9 13-11.6S23.5 3.5 16 3.5z"
      />
      <g fill="none" className="logo-signal" strokeWidth="2.2" strokeLinecap="round">
        <path d="M10 12.8a8.6 8.6 0 0 1 12 0M12.9 16.1a4.5 4.5 0 0 1 6.2 0" />
      </g>
      <circle className="logo-dot" cx="16" cy="19.3" r="1.5" />
    </svg>
  );
}
