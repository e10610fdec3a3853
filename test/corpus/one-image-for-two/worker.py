import time

while True:
    print("nothing to do", flush=True)
    time.sleep(60)
