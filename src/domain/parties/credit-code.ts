// 统一社会信用代码 (unified social credit code), GB 32100-2015: 18 characters, the last one a check
// character over weights 3^i mod 31. Letters I, O, S, V and Z are not used.

const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/** The check character for the first 17 characters, or undefined when one is not of the alphabet. */
export function creditCodeCheck(first17: string): string | undefined {
  let sum = 0;
  let weight = 1;
  for (const character of first17) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    sum += value * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31];
}

/** True for 18 characters of the alphabet whose check character is right. */
export function isCreditCode(code: string): boolean {
  return code.length === 18 && creditCodeCheck(code.slice(0, 17)) === code[17];
}
