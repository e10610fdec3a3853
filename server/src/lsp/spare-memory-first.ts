// What loads after this module is told from the beginning how to use memory.
import { spareMemory } from './spare-memory';

spareMemory();
