# Makes an index of gems out of installed packages of Debian: gem-index.rb INDEX PACKAGE…
# What they compiled is taken over, but only where the headers that a real build reads are installed.
require 'fileutils'
require 'rubygems/package'

HEADERS = { 'sqlite3' => 'sqlite3.h', 'puma' => 'openssl/ssl.h' }.freeze

def place_of(path, gem)
  return "prebuilt/#{$1}" if path =~ %r{/extensions/[^/]+/[^/]+/#{gem}/(.+\.so)$} || path =~ %r{/vendor_ruby/[\d.]+/(.+\.so)$}
  return $1 if path =~ %r{/gems/#{gem}/(.+)$}
  "lib/#{$1}" if path =~ %r{^/usr/lib/ruby/vendor_ruby/(.+)$}
end

def pack(package, folder)
  installed = `dpkg -L #{package}`.lines(chomp: true).select { |path| File.file?(path) }
  found = Gem::Specification.load(installed.find { |path| path.end_with?('.gemspec') })
  FileUtils.mkdir_p("#{folder}/#{found.full_name}")
  Dir.chdir("#{folder}/#{found.full_name}") do
    installed.each do |path|
      place = place_of(path, found.full_name) or next
      FileUtils.mkdir_p(File.dirname(place))
      FileUtils.cp(path, place)
    end
    write_extension(HEADERS.fetch(found.name, 'ruby.h')) if Dir.exist?('prebuilt')
    Gem::Package.build(packed(found))
  end
end

def write_extension(header)
  FileUtils.mkdir_p('ext')
  File.write('ext/extconf.rb', <<~CONFIGURE)
    require 'mkmf'
    abort '#{header} is missing' unless have_header('#{header}')
    from, to = File.expand_path('../prebuilt', __dir__), RbConfig::CONFIG['sitearchdir']
    File.write('Makefile', "all clean:\\ninstall:\\n\\tmkdir -p \#{to} && cp -R \#{from}/. \#{to}\\n")
  CONFIGURE
end

def packed(found)
  Gem::Specification.new(found.name, found.version) do |spec|
    spec.summary = found.summary
    spec.authors = found.authors
    spec.licenses = found.licenses
    spec.files = Dir['**/*'].select { |path| File.file?(path) }
    spec.extensions = Dir['ext/extconf.rb']
    spec.bindir = found.bindir
    spec.executables = found.executables
    found.runtime_dependencies.each { |it| spec.add_runtime_dependency(it.name, it.requirement) }
  end
end

index, *packages = ARGV
FileUtils.mkdir_p("#{index}/gems")
packages.each { |package| FileUtils.mv(pack(package, '/tmp/gems').then { |name| Dir["/tmp/gems/*/#{name}"].first }, "#{index}/gems") }
system('gem', 'generate_index', '--directory', index, exception: true)
