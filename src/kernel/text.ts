// Every word a user can read exists in Chinese and English; this type makes a missing one a
// compile error.

export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in both languages. Chinese comes first: it is the language the books are kept in. */
export type Text = { readonly zh: string; readonly en: string };

/** Replaces `{name}` in a template by the parameter of that name; an unknown name stays visible. */
export function fill(template: string, params: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    name in params ? String(params[name]) : whole,
  );
}
