# frozen_string_literal: true

require 'json'
require 'sqlite3'

database = SQLite3::Database.new(':memory:')
database.execute('CREATE TABLE prices (name TEXT, cents INTEGER)')
database.execute("INSERT INTO prices VALUES ('tea', 250)")

run lambda { |_environment|
  prices = database.execute('SELECT name, cents FROM prices').to_h
  [200, { 'content-type' => 'application/json' }, [JSON.generate(prices)]]
}
