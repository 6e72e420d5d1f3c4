import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { priceAt, spokenPrice, startSliders } from './slider.js'

startSliders()

beforeEach(() => {
  vi.useFakeTimers()
  document.documentElement.lang = 'en-ie'
  document.body.innerHTML = `
    <form>
      <fieldset data-slider data-money="€#" data-edges="100 120 140 180">
        <rect data-bar></rect><rect data-bar></rect><rect data-bar></rect><rect data-line="20"></rect>
        <div class="range">
          <input type="range" id="low" min="0" max="15" value="0"><input type="range" id="high" min="0" max="15" value="15">
        </div>
        <input name="price_min"><input name="price_max">
      </fieldset>
    </form>`
})

afterEach(() => vi.useRealTimers())

const byName = (name) => document.querySelector(`[name="${name}"]`)

function drag(id, value) {
  const thumb = document.getElementById(id)
  thumb.value = value
  thumb.dispatchEvent(new Event('input', { bubbles: true }))
  thumb.dispatchEvent(new Event('change', { bubbles: true }))
}

test('every bucket is as wide as any other on the scale', () => {
  expect([0, 1, 5, 10, 11, 15].map((stop) => priceAt([100, 120, 140, 180], stop))).toEqual([100, 104, 120, 140, 148, 180])
})

test('a thumb fills its field, says the price as money and lights up the bars inside', () => {
  drag('low', 5)

  expect(byName('price_min').value).toBe('120')
  expect(byName('price_max').value).toBe('')
  expect(document.getElementById('low').getAttribute('aria-valuetext')).toBe('€120')
  expect([...document.querySelectorAll('[data-bar]')].map((bar) => bar.classList.contains('on'))).toEqual([false, true, true])
  expect(document.querySelector('[data-line]').getAttribute('x')).toBe('100')
})

test('a thumb at its end asks for no bound', () => {
  drag('low', 5)
  drag('low', 0)

  expect(byName('price_min').value).toBe('')
})

test('thumbs do not pass each other', () => {
  drag('high', 4)
  drag('low', 9)

  expect([document.getElementById('low').value, document.getElementById('high').value]).toEqual(['3', '4'])
})

test('the form is sent once the thumb rests', () => {
  const sent = vi.spyOn(document.querySelector('form'), 'requestSubmit').mockImplementation(() => {})

  for (const stop of [1, 2, 3]) drag('low', stop)
  expect(sent).not.toHaveBeenCalled()
  vi.advanceTimersByTime(400)

  expect(sent).toHaveBeenCalledOnce()
})

test('money is spoken as the page and its language write it', () => {
  expect(spokenPrice(1234, '# €', 'fr-fr').replace(/\s/g, ' ')).toBe('1 234 €')
})
