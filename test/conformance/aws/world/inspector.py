"""What the tests ask boto3: a line of JSON in, a line of JSON out, so that one process answers them all."""

import json
import sys

import account
import meddle
import request_shapes
import tagged


def answer(question):
    match question['ask']:
        case 'everything':
            return account.everything(question.get('named'))
        case 'meddle':
            return meddle.meddle()
        case 'tagged':
            return tagged.tagged()
        case 'routes':
            return request_shapes.routes()
        case 'problems':
            return [problem for call in question['calls'] for problem in request_shapes.problems(call)]
    raise ValueError(f"no such question: {question['ask']}")


for line in sys.stdin:
    try:
        reply = {'answer': answer(json.loads(line))}
    except Exception as error:  # The asker shall fail, not wait.
        reply = {'failure': f'{type(error).__name__}: {error}'}
    print(json.dumps(reply), flush=True)
