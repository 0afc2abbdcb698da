import type { JSX } from "preact";
import { FlagIcon, GaugeIcon, type IconSize, Logo, PersonIcon, WifiIcon } from "../../shared/icons";
import { greeting } from "../../shared/time";
import { SENT, words } from "../words";

type Icon = (props: IconSize) => JSX.Element;

const ICONS: readonly Icon[] = [WifiIcon, GaugeIcon, FlagIcon, PersonIcon];

/** What a customer sees before the first word is said: who this is and where to begin. */
export function Welcome({ onSay }: { onSay: (text: string) => void }): JSX.Element {
  return (
    <section class="welcome" aria-label={words.welcome}>
      <span class="welcome__mark">
        <Logo size={40} />
      </span>
      <h2 class="welcome__title">{words.hello(greeting(new Date()))}</h2>
      <p class="welcome__text">
        <span>{words.can}</span>
        <span>{words.person}</span>
      </p>
      <ul class="welcome__list">
        {words.suggestions.map(([text, about], place) => (
          <li key={text}>
            <button
              type="button"
              class="suggestion"
              data-testid="suggestion"
              onClick={() => onSay(SENT[place] ?? text)}
            >
              <span class="suggestion__icon">
                <SuggestionIcon place={place} />
              </span>
              <span class="suggestion__words">
                <span class="suggestion__text">{text}</span>
                <span class="suggestion__about">{about}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SuggestionIcon({ place }: { place: number }): JSX.Element {
  const Shape = ICONS[place] ?? PersonIcon;
  return <Shape />;
}
