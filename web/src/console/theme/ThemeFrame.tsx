import { App as AntApp, ConfigProvider, type ThemeConfig, theme } from "antd";
import zhCN from "antd/locale/zh_CN";
import { createContext, type JSX, type ReactNode, useContext, useLayoutEffect } from "react";
import { PALETTES, type Palette, paint, type Scheme } from "./palette";
import { type SchemeState, useMedia, useScheme } from "./scheme";

const SchemeContext = createContext<SchemeState | null>(null);

/** Language, colours and the nonce that lets Ant Design's styles through the security policy. */
export function ThemeFrame({ children }: { children: ReactNode }): JSX.Element {
  const state = useScheme();
  const calm = useMedia("(prefers-reduced-motion: reduce)");
  useLayoutEffect(() => paint(document.documentElement, state.scheme), [state.scheme]);
  return (
    <SchemeContext value={state}>
      <ConfigProvider
        locale={zhCN}
        csp={CSP}
        theme={themeOf(state.scheme, calm)}
        // A space between two characters of a button is taken for two words by screen readers.
        button={{ autoInsertSpace: false }}
      >
        <AntApp className="app" message={{ top: 12 }}>
          {children}
        </AntApp>
      </ConfigProvider>
    </SchemeContext>
  );
}

export function useSchemeState(): SchemeState {
  const state = useContext(SchemeContext);
  if (state === null) throw new Error("outside of ThemeFrame");
  return state;
}

function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

const CSP = { nonce: nonce() };

const FONT =
  'system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "Noto Sans SC", ' +
  '"Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

const THEMES: Record<Scheme, ThemeConfig> = {
  light: config(PALETTES.light, theme.defaultAlgorithm, "#0f3f94"),
  dark: config(PALETTES.dark, theme.darkAlgorithm, "#3f78de"),
};

function themeOf(scheme: Scheme, calm: boolean): ThemeConfig {
  const chosen = THEMES[scheme];
  // Who wants no motion gets none, rather than a very short one.
  return calm ? { ...chosen, token: { ...chosen.token, motion: false } } : chosen;
}

function config(
  colours: Palette,
  algorithm: ThemeConfig["algorithm"] & object,
  hover: string,
): ThemeConfig {
  return {
    algorithm,
    token: {
      fontFamily: FONT,
      fontSize: 15,
      borderRadius: 10,
      controlHeight: 36,
      colorPrimary: colours.accent,
      colorPrimaryHover: hover,
      colorLink: colours["accent-strong"],
      colorLinkHover: colours["accent-strong"],
      colorBgContainer: colours.surface,
      colorBgElevated: colours.surface,
      colorBgLayout: colours.ground,
      colorText: colours.text,
      colorTextHeading: colours.text,
      // The usual greys are too pale to be read on our surfaces.
      colorTextSecondary: colours["text-quiet"],
      colorTextTertiary: colours["text-quiet"],
      colorTextDescription: colours["text-quiet"],
      colorTextPlaceholder: colours["text-quiet"],
      colorTextDisabled: colours["text-quiet"],
      colorIcon: colours["text-quiet"],
      colorBorder: colours["line-strong"],
      colorBorderSecondary: colours.line,
      colorSplit: colours.line,
      colorError: colours.bad,
      colorErrorText: colours.bad,
      colorSuccess: colours.good,
      colorWarning: colours.warn,
      colorInfo: colours["accent-strong"],
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Segmented: { itemColor: colours["text-quiet"], itemSelectedColor: colours.text },
      Table: { headerColor: colours.text, cellPaddingBlockSM: 6 },
    },
  };
}
