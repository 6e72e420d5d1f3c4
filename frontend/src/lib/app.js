// Re-exported by name, so that a lazy import does not pull in all of Vue.
export { createApp } from 'vue'
