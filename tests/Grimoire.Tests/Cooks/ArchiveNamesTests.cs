using Grimoire.Cooks;

namespace Grimoire.Tests.Cooks;

public sealed class ArchiveNamesTests
{
    [Theory]
    [InlineData("draw/cover.png", "pieces/000007/draw/cover.png")]
    [InlineData("../../etc/passwd", "pieces/000007/etc/passwd")]
    [InlineData("/etc/passwd", "pieces/000007/etc/passwd")]
    [InlineData("..\\..\\boot.ini", "pieces/000007/boot.ini")]
    [InlineData("C:\\a.txt", "pieces/000007/C_/a.txt")]
    [InlineData("a/con.txt", "pieces/000007/a/_con.txt")]
    [InlineData("AUX/NUL", "pieces/000007/_AUX/_NUL")]
    [InlineData("console.txt", "pieces/000007/console.txt")]
    [InlineData("a?/b*:\"<>|.txt", "pieces/000007/a_/b______.txt")]
    [InlineData("trailing. /dots...", "pieces/000007/trailing/dots")]
    [InlineData("line\nbreak\0.txt", "pieces/000007/line_break_.txt")]
    [InlineData("Grüße 🎨.png", "pieces/000007/Grüße 🎨.png")]
    [InlineData("...", "pieces/000007/artifact")]
    [InlineData("", "pieces/000007/artifact")]
    public void No_name_leads_out_of_its_folder_or_is_one_that_a_system_does_not_take(string wanted, string name) =>
        Assert.Equal(name, new ArchiveNames("pieces/000007").Take(wanted));

    [Fact]
    public void Half_a_character_is_none() => Assert.Equal("p/half_.png", new ArchiveNames("p").Take("half\ud83c.png"));

    [Fact]
    public void No_name_is_given_twice_also_where_capitals_make_no_difference()
    {
        var names = new ArchiveNames("p");

        Assert.Equal(["p/a/x.png", "p/a/X-2.png", "p/a/x-3.png", "p/a/x", "p/a/x-2"], new[] { "a/x.png", "a/X.png", "a/x.png", "a/x", "a/x" }.Select(names.Take));
    }

    [Fact]
    public void What_is_a_file_is_no_folder()
    {
        var names = new ArchiveNames("p");

        Assert.Equal(["p/a/b", "p/a/b-2/c", "p/a/b-2/d", "p/a-2"], new[] { "a/b", "a/b/c", "a/b/d", "a" }.Select(names.Take));
    }

    [Fact]
    public void A_long_part_keeps_its_end_with_the_extension()
    {
        var name = new ArchiveNames("p").Take(new string('x', 300) + "🎨.png");

        Assert.Equal((102, true), (name.Length, name.EndsWith("x🎨.png", StringComparison.Ordinal)));
    }
}
