from backmarket.core.events import define

MESSAGE_QUEUED = define("notify.message.queued.v1", "message_id", meaning="A message to a person waits to be sent.")
