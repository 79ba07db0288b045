const SAME: Record<string, string> = {
  أ: 'ا', إ: 'ا', آ: 'ا', ٱ: 'ا', ى: 'ي', ة: 'ه', ؤ: 'و', ئ: 'ي', ک: 'ك', ی: 'ي', ہ: 'ه', ە: 'ه',
}
const DROPPED = /[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad"“”„«»‹›'‘’`´]/g

/** Brings spellings together: vowels, hamza, ta marbuta, alef maqsura, tatweel, digits and quotes do not matter. */
export function fold(text: string): string {
  return text
    .replace(DROPPED, '')
    .replace(/[أإآٱىةؤئکیہە]/g, (letter) => SAME[letter])
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
}
