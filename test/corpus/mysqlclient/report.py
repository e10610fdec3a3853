import MySQLdb

print("client", MySQLdb.get_client_info())
