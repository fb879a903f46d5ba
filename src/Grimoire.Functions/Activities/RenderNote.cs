using System.Net;
using System.Text;
using Grimoire.Functions.Orchestrations;
using Microsoft.Azure.Functions.Worker;

namespace Grimoire.Functions.Activities;

/// <summary>Makes a page of HTML of a note. Whatever the note contains is text on the page, never markup.</summary>
public static class RenderNote
{
    [Function(nameof(RenderNote))]
    public static string Run([ActivityTrigger] Note note)
    {
        ArgumentNullException.ThrowIfNull(note);
        var title = WebUtility.HtmlEncode(note.Title);
        var page = new StringBuilder()
            .Append("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>").Append(title).Append("</title></head>\n<body>\n")
            .Append("<h1>").Append(title).Append("</h1>\n");
        foreach (var paragraph in note.Text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            page.Append("<p>").Append(WebUtility.HtmlEncode(paragraph).Replace("\n", "<br>\n", StringComparison.Ordinal)).Append("</p>\n");
        }

        return page.Append("</body>\n</html>\n").ToString();
    }
}
