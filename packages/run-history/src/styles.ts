// The types of `@refold-gateway/run-history/styles.css`, which is imported for its effect alone.
export {};
