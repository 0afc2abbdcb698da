import type { JSX } from "preact";
import { CloseIcon } from "../../shared/icons";
import type { Mode } from "../mode";
import type { ServiceState } from "../protocol";
import { words } from "../words";
import { Avatar } from "./Avatar";
import { SaveButton } from "./SaveButton";

interface HeaderProps {
  service: ServiceState;
  mode: Mode;
  onMode: (mode: Mode) => void;
  onSave?: () => Promise<boolean>;
  onClose?: () => void;
}

/** Who is serving the customer right now, and the customer's place in the queue. */
export function Header({ service, mode, onMode, onSave, onClose }: HeaderProps): JSX.Element {
  const human = service.state === "human";
  const title = human && service.agent ? words.agent(service.agent) : words.bot;
  return (
    <header class="header">
      <Avatar
        author={human ? "agent" : "bot"}
        {...(service.agent && { name: service.agent })}
        large
      />
      <div class="header__words">
        <h1 class="header__title">{title}</h1>
        <p
          class={`header__state header__state--${service.state}`}
          data-testid="state"
          role="status"
        >
          {stateWords(service)}
        </p>
      </div>
      {service.state === "bot" && (
        <button
          type="button"
          class="header__mode"
          data-testid="mode"
          aria-pressed={mode === "elderly"}
          onClick={() => onMode(mode === "elderly" ? "standard" : "elderly")}
        >
          {mode === "elderly" ? words.standard : words.elderly}
        </button>
      )}
      {onSave && <SaveButton onSave={onSave} />}
      {onClose && (
        <button
          type="button"
          class="icon-button header__close"
          aria-label={words.close}
          onClick={onClose}
        >
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

function stateWords({ state, agent, position }: ServiceState): string {
  if (state === "human") return words.served(agent);
  return state === "bot" ? words.robot : words.queued(position);
}
