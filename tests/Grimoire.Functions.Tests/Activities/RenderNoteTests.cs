using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;

namespace Grimoire.Functions.Tests.Activities;

public sealed class RenderNoteTests
{
    [Fact]
    public void Markup_in_a_note_is_text_on_the_page()
    {
        var page = RenderNote.Run(new Note("<b>Title</b>", "<script>alert(1)</script>", TimeSpan.FromSeconds(1)));

        Assert.Contains("<h1>&lt;b&gt;Title&lt;/b&gt;</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Blank_lines_part_paragraphs_and_single_ends_of_line_stay()
    {
        var page = RenderNote.Run(new Note("t", "one\r\ntwo\r\n\r\n\r\nthree", TimeSpan.FromSeconds(1)));

        Assert.Contains("<p>one<br>\ntwo</p>\n<p>three</p>\n", page, StringComparison.Ordinal);
    }
}
