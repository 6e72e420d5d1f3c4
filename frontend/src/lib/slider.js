/**
 * Two thumbs for the price, in step with the two number fields that are sent.
 *
 * The scale is the histogram's: a bucket is as wide as any other and has
 * STEPS stops. A thumb at its end means no bound. Moving a thumb only paints;
 * the form is sent once it rests, so that keys held down ask the server once.
 */
export const STEPS = 5
const REST_MS = 350

const restTimers = new WeakMap()

function parts(slider) {
  const [low, high] = slider.querySelectorAll('input[type="range"]')
  const form = slider.closest('form')
  return { low, high, from: form.elements.price_min, to: form.elements.price_max }
}

/** The price at a stop, in whole units; `edges` are the bounds of the buckets. */
export function priceAt(edges, stop) {
  const bucket = Math.min(Math.floor(stop / STEPS), edges.length - 2)
  const width = edges[bucket + 1] - edges[bucket]
  return Math.round(edges[bucket] + (width * (stop - bucket * STEPS)) / STEPS)
}

/** The price as the page writes money: `pattern` has a # where the figure stands. */
export function spokenPrice(price, pattern, language = document.documentElement.lang) {
  return pattern.replace('#', new Intl.NumberFormat(language || 'en').format(price))
}

function move(slider, thumb) {
  const { low, high, from, to } = parts(slider)
  if (thumb === low) low.value = Math.min(Number(low.value), Number(high.value) - 1)
  else high.value = Math.max(Number(high.value), Number(low.value) + 1)
  const edges = slider.dataset.edges.split(' ').map(Number)
  for (const [range, field, end] of [[low, from, low.min], [high, to, high.max]]) {
    const price = priceAt(edges, Number(range.value))
    field.value = range.value === end ? '' : price
    range.setAttribute('aria-valuetext', spokenPrice(price, slider.dataset.money))
  }
  paint(slider, Number(low.value), Number(high.value))
}

/** Light up the bars between the thumbs and the line under them; where both thumbs meet, the one with room is on top. */
function paint(slider, low, high) {
  const bars = slider.querySelectorAll('[data-bar]')
  bars.forEach((bar, place) => {
    bar.classList.toggle('on', place * STEPS < high && (place + 1) * STEPS > low)
  })
  const line = slider.querySelector('[data-line]')
  const unit = Number(line.dataset.line)
  line.setAttribute('x', low * unit)
  line.setAttribute('width', (high - low) * unit)
  slider.querySelector('.range').classList.toggle('low-on-top', low > (bars.length * STEPS) / 2)
}

function sendAtRest(slider) {
  clearTimeout(restTimers.get(slider))
  restTimers.set(slider, setTimeout(() => slider.isConnected && slider.closest('form').requestSubmit(), REST_MS))
}

function sliderOf(event) {
  return event.target.type === 'range' ? event.target.closest('[data-slider]') : null
}

export function startSliders() {
  document.addEventListener('input', (event) => {
    const slider = sliderOf(event)
    if (slider) move(slider, event.target)
  })
  document.addEventListener('change', (event) => {
    const slider = sliderOf(event)
    if (slider) sendAtRest(slider)
  })
}
