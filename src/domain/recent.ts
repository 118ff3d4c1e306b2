import { LRUCache } from 'lru-cache';

/**
 * What was used last, by a text each, as many as the bound tells: one more, and what was used least recently is forgotten.
 * Each has a size of one, since the room for a `max` would be taken at once, which takes milliseconds of every start.
 */
export class Recent<Value extends object | string | number | boolean> extends LRUCache<string, Value> {
  constructor(bound: number) {
    super({ maxSize: bound, sizeCalculation: () => 1 });
  }
}
