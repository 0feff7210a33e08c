// What is wrong with a request, as a value: the code Meta answers with and its details.
export interface Complaint {
  code: number;
  details: string;
}

export function wrong(code: number, details: string): Complaint {
  return { code, details };
}

export function missing(parameter: string): Complaint {
  return wrong(131008, `Required parameter is missing: ${parameter}`);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
