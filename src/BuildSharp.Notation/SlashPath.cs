namespace BuildSharp.Notation;

/// <summary>Paths with slashes as text, without access to a file system.</summary>
public static class SlashPath
{
    /// <summary>The shortest equivalent path: without empty and <c>.</c> components, with <c>x/..</c> resolved and without a trailing
    /// slash; <c>.</c> for an empty path (<see href="https://pkg.go.dev/path#Clean"/>).</summary>
    public static string Clean(string path)
    {
        var rooted = path.StartsWith('/');
        var kept = new List<string>();
        foreach (var component in path.Split('/'))
        {
            if (component is "" or ".")
            {
                continue;
            }

            if (component != "..")
            {
                kept.Add(component);
            }
            else if (kept.Count > 0 && kept[^1] != "..")
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (!rooted)
            {
                kept.Add(component);
            }
        }

        var clean = string.Join('/', kept);
        return rooted ? "/" + clean : clean.Length == 0 ? "." : clean;
    }
}
