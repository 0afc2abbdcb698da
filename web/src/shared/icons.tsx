import type { ComponentChildren, JSX } from "preact";

/** Line icons drawn with the current text colour; decoration only, the words are next to them. */
function Icon({
  children,
  size = 20,
}: {
  children: ComponentChildren;
  size?: number;
}): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export interface IconSize {
  size?: number;
}

export const SendIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M12 19V5M5.5 11.5 12 5l6.5 6.5" />
  </Icon>
);
export const PictureIcon = (props: IconSize) => (
  <Icon {...props}>
    <rect x="3.5" y="5" width="17" height="14" rx="2.5" />
    <path d="m5 17 4.5-4.5 3 3 3-3.5L20 16.5" />
    <circle cx="9" cy="9.5" r="1.2" />
  </Icon>
);
export const CloseIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M6 6l12 12M18 6 6 18" />
  </Icon>
);
export const CopyIcon = (props: IconSize) => (
  <Icon {...props}>
    <rect x="9" y="9" width="11" height="11" rx="2.5" />
    <path d="M5 15H4.5A1.5 1.5 0 0 1 3 13.5V4.5A1.5 1.5 0 0 1 4.5 3h9A1.5 1.5 0 0 1 15 4.5V5" />
  </Icon>
);
export const CheckIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M5 12.5 10 17.5 19 7" />
  </Icon>
);
export const DownIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M12 5v14M5.5 12.5 12 19l6.5-6.5" />
  </Icon>
);
export const SaveIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M12 4v11M7 10.5l5 5 5-5M5 20h14" />
  </Icon>
);
export const WifiIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M2.5 9a14 14 0 0 1 19 0M6 12.8a9 9 0 0 1 12 0M9.2 16.3a4.2 4.2 0 0 1 5.6 0" />
    <circle cx="12" cy="19.3" r="0.6" fill="currentColor" />
  </Icon>
);
export const GaugeIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M4.5 18a9 9 0 1 1 15 0M12 14l4-5" />
    <circle cx="12" cy="14.5" r="1.3" />
  </Icon>
);
export const FlagIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M5 21V4M5 4.5c5-3 8 2.5 14 0v9c-6 2.5-9-3-14 0" />
  </Icon>
);
export const PersonIcon = (props: IconSize) => (
  <Icon {...props}>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 20.5c1.2-4 4-6 7.5-6s6.3 2 7.5 6" />
  </Icon>
);
export const RetryIcon = (props: IconSize) => (
  <Icon {...props}>
    <path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4L19.5 9M19.5 4v5h-5" />
  </Icon>
);

/** The mark of the service: a speech bubble with a signal in it. */
export function Logo({ size = 24 }: IconSize): JSX.Element {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path
        fill="currentColor"
        d="M16 3.5C8.5 3.5 3 8.3 3 14.7c0 3.7 1.9 6.9 4.9 8.9-.1 1.6-.8 3.2-2 4.5-.3.4 0 .9.5.9 2.9-.2 5.2-1.4 6.7-2.9.9.2 1.9.2 2.9.2 7.5 0 13-4.9 13-11.6S23.5 3.5 16 3.5z"
      />
      <g fill="none" class="logo-signal" stroke-width="2.2" stroke-linecap="round">
        <path d="M10 12.8a8.6 8.6 0 0 1 12 0M12.9 16.1a4.5 4.5 0 0 1 6.2 0" />
      </g>
      <circle class="logo-dot" cx="16" cy="19.3" r="1.5" />
    </svg>
  );
}
