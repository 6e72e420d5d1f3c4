from backmarket.core.events import define

MESSAGE_QUEUED = define("notify.message.queued.v1", "message_id", meaning="A message to a person waits to be sent.")
TEXT_QUEUED = define("notify.text.queued.v1", "text_id", meaning="A text message waits to be sent.")
