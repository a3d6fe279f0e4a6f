/** A value of a saved result that has the shape it must have. */
import type { z } from 'zod';
import { ResultError } from './result-error.js';

/** @throws ResultError that names the place. @param where '' = the whole document */
export function parsed<T>(shape: z.ZodType<T>, value: unknown, where: string): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [...(where === '' ? [] : [where]), ...(issue?.path ?? [])].map(String).join('.');
  throw new ResultError(`it is damaged: ${path}: ${issue?.message ?? 'does not fit'}`);
}
