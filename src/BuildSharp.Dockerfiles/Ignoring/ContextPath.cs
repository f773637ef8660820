namespace BuildSharp.Dockerfiles.Ignoring;

/// <summary>Paths as text; nothing here looks at a file system.</summary>
public static class ContextPath
{
    /// <summary>The shortest path that says the same: no empty and no <c>.</c> components, <c>x/..</c> resolved, no slash at the end;
    /// <c>.</c> for nothing.</summary>
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
