using System.Text;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Configuration;

/// <summary>The file with the short names that the user chose (<c>--short-name-alias-conf</c>); the containers tools share it.</summary>
/// <param name="Path">Path of the file; it need not exist.</param>
public sealed record ShortNameAliasFile(string Path)
{
    /// <summary>The standard file.</summary>
    /// <param name="environment">Environment variables of the process.</param>
    public static ShortNameAliasFile Standard(IReadOnlyDictionary<string, string> environment)
    {
        var owner = ConfigurationOwner.Of(ProcessIdentity.RealUser, "/", environment);
        var directory = owner.IsRootless ? UserConfiguration.CacheDirectory(environment) : null;
        return new ShortNameAliasFile(System.IO.Path.Combine(directory ?? "/var/cache/containers", "short-name-aliases.conf"));
    }

    /// <summary>The aliases; empty without the file.</summary>
    /// <exception cref="BuildSharpException">The file cannot be read, or is invalid.</exception>
    public IReadOnlyDictionary<string, ShortNameAlias> Read() =>
        File.Exists(Path) ? RegistriesConfReader.ReadAliases(Path) : new Dictionary<string, ShortNameAlias>();

    /// <summary>Remembers a choice. Holds the lock that the other tools use.</summary>
    /// <param name="shortName">The short name, without tag.</param>
    /// <param name="name">The chosen full name.</param>
    /// <exception cref="BuildSharpException">The file cannot be written.</exception>
    public void Remember(string shortName, Reference name)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            using var locked = FileLock.Acquire($"{Path}.lock", exclusive: true);
            var aliases = Read().ToDictionary(alias => alias.Key, alias => alias.Value.Name?.Name ?? "", StringComparer.Ordinal);
            aliases[shortName] = name.Name;
            var text = new StringBuilder("[aliases]\n");
            foreach (var (alias, full) in aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal))
            {
                text.Append("  ").Append(GoQuoting.Quote(alias)).Append(" = ").Append(GoQuoting.Quote(full)).Append('\n');
            }

            ReplacedFile.Write(Path, Encoding.UTF8.GetBytes(text.ToString()), Octal.O644);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or LinuxException)
        {
            throw new BuildSharpException($"cannot remember the short name {shortName} in {Path}: {error.Message}", error);
        }
    }
}
