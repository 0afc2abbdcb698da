/**
 * Keeps the page exactly as high as what is visible. On iOS the keyboard covers the page instead of
 * making it smaller, and the answer box would be hidden behind it.
 */
export function followVisualViewport(view: Window): void {
  const { visualViewport } = view;
  if (!visualViewport) return;
  const root = view.document.documentElement;
  const follow = () => {
    // Zoomed in by hand: the reader moves about in the page, which must then keep its size.
    if (visualViewport.scale > 1.01) return;
    root.style.setProperty("--visible-height", `${visualViewport.height}px`);
    root.style.setProperty("--visible-top", `${visualViewport.offsetTop}px`);
  };
  visualViewport.addEventListener("resize", follow);
  visualViewport.addEventListener("scroll", follow);
  follow();
}
