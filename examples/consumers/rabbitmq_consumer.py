"""A consumer of RabbitMQ with pika: AMQP_URL=amqps://user:password@host/vhost QUEUE=provisioning python3 rabbitmq_consumer.py"""

import os
import threading

import pika
from inbox import Inbox

QUEUE = os.environ["QUEUE"]
inbox = Inbox(os.environ.get("INBOX", "inbox.sqlite"))


def handle(event):
    print(event["type"], event["subject"], flush=True)  # put the work here


def take(channel, method, properties, body):
    inbox.accept(body, properties.headers)  # False for an event that came before
    channel.basic_ack(method.delivery_tag)  # only once it is ours: without an ack it comes again


threading.Thread(target=inbox.work, args=(handle,), daemon=True).start()
connection = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"]))
channel = connection.channel()
channel.queue_declare(QUEUE, passive=True)  # it is there already, with its bindings
channel.basic_qos(prefetch_count=1)  # one after the other: what fails comes again before the next
channel.basic_consume(QUEUE, take)
channel.start_consuming()  # raises when the connection is lost: whatever starts this program starts it again
