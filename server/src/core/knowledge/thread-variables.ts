import { namesOf } from './table';
import data from './thread-variables.json';

/** What bounds the threads of OpenMP and of the linear algebra behind numpy; one of them is a decision. */
export function threadVariables(): readonly string[] {
  return data.variables;
}

const numeric = namesOf(() => data.numeric);

/**
 * True for packages that start one thread for each CPU of the machine. `OMP_NUM_THREADS` is heeded by OpenMP, by OpenBLAS
 * (in the wheels of numpy and scipy) and by MKL where `MKL_NUM_THREADS` is not set; `MKL_NUM_THREADS` by the MKL inside
 * torch.
 */
export function isNumeric(distribution: string): boolean {
  return numeric().has(distribution);
}

const tokenizing = namesOf(() => data.tokenizing);

/** True for packages that bring Hugging Face's tokenizers, which start threads of their own and warn when the process forks. */
export function isTokenizing(distribution: string): boolean {
  return tokenizing().has(distribution);
}
