using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A file tree as lines of text, one a path: kind, mode, owner, size, link target, hard links, xattrs and content. Made by
/// tools of the system, so that two trees can be compared without our code.</summary>
internal static class FileTree
{
    private const string Script = """
        cd "$1" && find . -mindepth 1 \( -type f -printf '%P f %m %U:%G %s %n ' -exec sha256sum -b {} \; \
          -o -type l -printf '%P l %U:%G -> %l\n' -o -printf '%P %y %m %U:%G\n' \) | sed 's/ \*\.\/.*//' | sort
        echo '--- xattrs'
        getfattr --absolute-names -R -P -h -d -m '^(user|security\.capability|trusted\.[^o])' -e hex . 2>/dev/null | grep -v '^$' || true
        echo '--- hard links'
        find . -type f -links +1 -printf '%i %P\n' | sort | awk '{ paths[$1] = paths[$1] " " $2 } END { for (i in paths) print paths[i] }' | sort
        """;

    /// <summary>The tree below <paramref name="directory"/>.</summary>
    public static async Task<string> ReadAsync(string directory) =>
        (await Tool.Named("bash").RunAsync("-c", Script, "tree", directory)).Output;
}
