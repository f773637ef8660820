using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Crowd;

/// <summary>The words in which a tool is told to do what all members of a crowd do.</summary>
internal sealed record CrowdDialect(string Name, Tool Tool)
{
    /// <summary>Makes a container from an image: words before the image.</summary>
    public required Func<string, string[]> From { get; init; }

    /// <summary>Copies a file to <c>/mark</c> of a container.</summary>
    public required Func<string, string, string[]> Copy { get; init; }

    /// <summary>Lists one line for each container; null for buildah, which fails with "container not known" as it does with images.</summary>
    public string[]? ListContainers { get; init; }

    /// <summary>
    /// Lists all images. The Go tools read the list, let the lock go and then open one image after the other; when somebody removes one
    /// meanwhile they fail with "image not known", also where only buildah is at work. So in a crowd they look at their own images by
    /// name, and list all when the crowd has gone.
    /// </summary>
    public string[]? ListImages { get; init; }

    public static CrowdDialect BuildSharp(Tool tool) => new("buildsharp", tool)
    {
        From = container => ["from", "--name", container, "base"],
        Copy = (container, file) => ["copy", "-q", container, file, "/mark"],
        ListContainers = ["containers", "--format", "{{.ContainerName}}"],
        ListImages = ["images", "--format", "{{.Name}}:{{.Tag}}"],
    };

    public static CrowdDialect Buildah(Tool tool) => BuildSharp(tool) with
    {
        Name = "buildah",
        From = container => ["from", "--pull-never", "--name", container, "base"],
        ListContainers = null,
        ListImages = null,
    };

    public static CrowdDialect Podman(Tool tool) => new("podman", tool)
    {
        From = container => ["create", "--name", container, "base", "/bin/sh"],
        Copy = (container, file) => ["cp", file, container + ":/mark"],
        ListContainers = ["ps", "--all", "--format", "{{.Names}}"],
    };
}
