using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

public class PublishTests
{
    private const string ElfMagic = "\u007fELF";

    [RequiresFact(Needs.Binary)]
    public void The_published_binary_is_native_and_stands_alone()
    {
        using var binary = File.OpenRead(Checkout.Binary);
        var head = new byte[4];
        binary.ReadExactly(head);
        Assert.Equal(ElfMagic, System.Text.Encoding.Latin1.GetString(head));
        // A host that starts managed code needs the assembly beside it.
        Assert.False(File.Exists(Path.Combine(Path.GetDirectoryName(Checkout.Binary)!, "buildsharp.dll")));
    }

    /// <summary>One generic method, compiled for every pair of types that it might meet, once doubled the size and nobody noticed.</summary>
    [RequiresFact(Needs.Binary)]
    public void The_published_binary_stays_small() => Assert.InRange(new FileInfo(Checkout.Binary).Length, 1, 25_000_000);

    /// <summary>A trim or AOT warning is a type or a method missing at run time, which no test on the managed build would find.</summary>
    [RequiresFact(Needs.Binary)]
    public void Publishing_printed_no_warning()
    {
        var log = Path.Combine(Checkout.Root, "artifacts", "publish", "log.txt");
        Assert.DoesNotContain("warning", File.ReadAllText(log));
    }
}
