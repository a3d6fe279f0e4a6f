/** The form's values as the command line has them: by option name, those that were filled in. */
import { element } from './elements.js';

export function optionsOf(): Record<string, string> {
  const options: Record<string, string> = {};
  for (const input of element('form').querySelectorAll<HTMLInputElement>('input[name]')) {
    const value = input.value.trim();
    if (value !== '') options[input.name] = value;
  }
  return options;
}
