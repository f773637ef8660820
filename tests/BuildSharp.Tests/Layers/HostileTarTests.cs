using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Layers;

/// <summary>Tars that want to write outside their root, or to fill the memory.</summary>
public sealed class HostileTarTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DirectoryHandle _root;

    public HostileTarTests()
    {
        _directory.Write("outside/victim", "untouched");
        _root = DirectoryHandle.Open(_directory.MakeDirectory("root"));
    }

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("../outside/victim")]
    [InlineData("a/../../outside/victim")]
    [InlineData("./../outside/victim")]
    public void A_name_that_climbs_out_is_refused(string name)
    {
        var failure = Assert.Throws<BuildSharpException>(() => Apply(File(name, "evil")));
        Assert.Contains("outside", failure.Message, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Fact]
    public void An_absolute_name_lands_inside()
    {
        Apply(File(_directory["outside/victim"], "evil"));
        AssertUntouched();
        Assert.True(System.IO.File.Exists(_directory["root"] + _directory["outside/victim"]));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("../../../../../..")]
    public void Writing_through_a_link_stays_inside(string target)
    {
        Apply(
            (new TarHeader { Name = "link"u8.ToArray(), Type = TarEntryType.SymbolicLink, LinkName = Encoding.UTF8.GetBytes(target) }, ""),
            File("link/victim", "evil"));
        AssertUntouched();
    }

    [Fact]
    public void Writing_through_an_absolute_link_stays_inside()
    {
        Apply(
            (new TarHeader { Name = "link"u8.ToArray(), Type = TarEntryType.SymbolicLink, LinkName = Encoding.UTF8.GetBytes(_directory["outside"]) }, ""),
            File("link/victim", "evil"));
        AssertUntouched();
    }

    [Fact]
    public void A_file_replaces_a_link_and_does_not_follow_it()
    {
        Apply(
            (new TarHeader { Name = "link"u8.ToArray(), Type = TarEntryType.SymbolicLink, LinkName = "target"u8.ToArray() }, ""),
            File("target", ""),
            File("link", "new"));
        Assert.Null(new FileInfo(_directory["root/link"]).LinkTarget);
        Assert.Equal("", System.IO.File.ReadAllText(_directory["root/target"]));
    }

    [Theory]
    [InlineData("../outside/victim")]
    [InlineData("/outside/victim")]
    [InlineData("missing")]
    public void A_hard_link_cannot_reach_outside(string target)
    {
        Assert.Throws<BuildSharpException>(() => Apply(
            (new TarHeader { Name = "link"u8.ToArray(), Type = TarEntryType.HardLink, LinkName = Encoding.UTF8.GetBytes(target) }, "")));
        AssertUntouched();
    }

    [Theory]
    [InlineData(".wh...")]
    [InlineData(".wh..")]
    [InlineData("d/.wh...")]
    public void A_whiteout_of_dots_hides_nothing(string name)
    {
        Apply(WhiteoutFormat.Delete, File("d/kept", "x"), File(name, ""));
        Assert.True(System.IO.File.Exists(_directory["root/d/kept"]));
        AssertUntouched();
    }

    [Fact]
    public void A_layer_cannot_set_attributes_that_are_for_the_system_alone()
    {
        Apply((new TarHeader
        {
            Name = "d/"u8.ToArray(),
            Type = TarEntryType.Directory,
            Mode = 0x1ED,
            Xattrs =
            [
                new("trusted.overlay.redirect"u8.ToArray(), "/etc"u8.ToArray()), new("trusted.x"u8.ToArray(), "x"u8.ToArray()),
                new("security.selinux"u8.ToArray(), "x"u8.ToArray()),
            ],
        }, ""));
        Assert.Empty(_root.ListXattrs("d"));
    }

    [Fact]
    public void A_tar_with_too_many_entries_is_refused()
    {
        var options = new LayerApplierOptions { MostEntries = 2 };
        var tar = TarRoundTripTests.Write([File("a", ""), File("b", ""), File("c", "")]);
        var failure = Assert.Throws<BuildSharpException>(() => new LayerApplier(_root, options).Apply(new MemoryStream(tar), null, "layer x"));
        Assert.Equal("layer x has more than 2 entries; refused", failure.Message);
        Assert.False(System.IO.File.Exists(_directory["root/c"]));
    }

    [RequiresFact(Needs.Root)]
    public void A_tar_that_would_fill_the_file_system_is_stopped_before()
    {
        var disk = _directory.MakeDirectory("outside/disk");
        Mount.Attach("none", disk, "tmpfs", MountFlags.None, "size=100m");
        try
        {
            const int Size = 90 << 20;
            using var root = DirectoryHandle.Open(disk);
            using var tar = new MemoryStream([.. Block((byte)'0', Size), .. new byte[Size + 1024]]);
            var failure = Assert.Throws<BuildSharpException>(() => new LayerApplier(root, new LayerApplierOptions()).Apply(tar, null, "layer x"));
            Assert.Matches($"^layer x: 3[0-9] MiB are left on the file system of {disk}, and 64 must stay free; make room there$", failure.Message);
        }
        finally
        {
            Mount.Detach(disk);
        }
    }

    [Fact]
    public void A_pax_header_that_claims_too_much_is_refused_before_it_is_read()
    {
        var tar = Block((byte)'x', size: 1L << 33);
        var failure = Assert.Throws<BuildSharpException>(() => new TarReader(new MemoryStream(tar)).ReadNext());
        Assert.Contains("at most", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData((byte)'L', 70_000)]
    [InlineData((byte)'K', 1 << 30)]
    public void A_long_name_that_claims_too_much_is_refused(byte type, long size) =>
        Assert.Throws<BuildSharpException>(() => new TarReader(new MemoryStream(Block(type, size))).ReadNext());

    [Fact]
    public void A_negative_size_is_refused()
    {
        var block = Block((byte)'0', 0);
        block.AsSpan(124, 12).Fill(0xFF);
        Seal(block);
        Assert.Throws<BuildSharpException>(() => new TarReader(new MemoryStream(block)).ReadNext());
    }

    [Theory]
    [InlineData("30 path=short\n")]
    [InlineData("0 path=x\n")]
    [InlineData("-9 path=x\n")]
    [InlineData("9 pathxxx\n")]
    [InlineData("99999999999999999999 path=x\n")]
    [InlineData("14 size=99999x\n")]
    [InlineData("14 mtime=1.x.2\n")]
    [InlineData("21 GNU.sparse.map=1\n")]
    public void A_malformed_pax_record_is_refused(string record)
    {
        var data = new byte[512];
        Encoding.ASCII.GetBytes(record).CopyTo(data, 0);
        byte[] tar = [.. Block((byte)'x', record.Length), .. data, .. Block((byte)'0', 0), .. new byte[1024]];
        Assert.Throws<BuildSharpException>(() => new TarReader(new MemoryStream(tar)).ReadNext());
    }

    [Fact]
    public void A_sparse_map_that_does_not_fit_is_refused()
    {
        var block = Block((byte)'S', 512);
        Encoding.ASCII.GetBytes("00000000000\000000001000\0").CopyTo(block, 386);
        Encoding.ASCII.GetBytes("00000000001\0").CopyTo(block, 483); // real size 1
        Seal(block);
        Assert.Throws<BuildSharpException>(() => new TarReader(new MemoryStream([.. block, .. new byte[2048]])).ReadNext());
    }

    [Fact]
    public void A_tar_cut_anywhere_ends_in_an_error_or_an_end_but_never_hangs()
    {
        var tar = TarRoundTripTests.Write([File(new string('n', 200), "some content"), File("b", new string('x', 700))]);
        for (var length = 1; length < tar.Length - 1024; length++)
        {
            if (length % 512 == 0 && length is 512 * 4 or 512 * 2)
            {
                continue;
            }

            var reader = new TarReader(new MemoryStream(tar, 0, length));
            try
            {
                while (reader.ReadNext() is not null)
                {
                }

                // Only zeros after the last file may be missing.
                Assert.DoesNotContain(tar[length..((length + 511) / 512 * 512)], missing => missing != 0);
            }
            catch (BuildSharpException)
            {
            }
        }
    }

    [Fact]
    public void The_padding_of_the_last_file_may_be_missing()
    {
        var tar = TarRoundTripTests.Write([File("a", "hi"), File("b", "some content")]);
        var reader = new TarReader(new MemoryStream(tar, 0, (3 * 512) + "some content".Length));
        Assert.Equal("a", Encoding.UTF8.GetString(reader.ReadNext()!.Name));
        Assert.Equal("b", Encoding.UTF8.GetString(reader.ReadNext()!.Name));
        Assert.Null(reader.ReadNext());
    }

    [Fact]
    public void Random_damage_ends_in_an_error_or_entries()
    {
        var seed = Environment.GetEnvironmentVariable("BUILDSHARP_SEED") is { Length: > 0 } chosen ? int.Parse(chosen) : Random.Shared.Next();
        var random = new Random(seed);
        var tar = TarRoundTripTests.Write([File(new string('n', 200), "some content"), File("ü", new string('x', 700)), File("c", "c")]);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = (byte[])tar.Clone();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            for (var at = 0; at + 512 <= damaged.Length; at += 512)
            {
                if (damaged[at + 257] == 'u')
                {
                    Seal(damaged.AsSpan(at, 512)); // damage that a checksum would catch is too easy
                }
            }

            try
            {
                var reader = new TarReader(new MemoryStream(damaged));
                while (reader.ReadNext() is not null)
                {
                }
            }
            catch (BuildSharpException)
            {
            }
            catch (Exception unexpected)
            {
                Assert.Fail($"seed {seed}, round {round}: {unexpected}");
            }
        }
    }

    private static (TarHeader, string) File(string name, string content) =>
        (new TarHeader { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.RegularFile, Mode = 0x1A4, Size = content.Length }, content);

    private static byte[] Block(byte type, long size)
    {
        var block = new byte[512];
        "name"u8.CopyTo(block);
        block.AsSpan(100, 48).Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(block, 124);
        block[156] = type;
        "ustar\0"u8.CopyTo(block.AsSpan(257));
        Seal(block);
        return block;
    }

    private static void Seal(Span<byte> block)
    {
        block[148..156].Fill((byte)' ');
        var sum = 0;
        foreach (var b in block)
        {
            sum += b;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(block[148..]);
        block[154] = 0;
    }

    private void Apply(params (TarHeader, string)[] entries) => Apply(WhiteoutFormat.Overlay, entries);

    private void Apply(WhiteoutFormat format, params (TarHeader, string)[] entries) =>
        new LayerApplier(_root, new LayerApplierOptions { Whiteouts = format }).Apply(new MemoryStream(TarRoundTripTests.Write(entries)), null);

    private void AssertUntouched()
    {
        Assert.Equal("untouched", System.IO.File.ReadAllText(_directory["outside/victim"]));
        Assert.Equal(["outside", "root"], Directory.GetFileSystemEntries(_directory.Path).Select(p => Path.GetFileName(p)!).Order());
        Assert.Equal(["victim"], Directory.GetFileSystemEntries(_directory["outside"]).Select(p => Path.GetFileName(p)!));
    }
}
