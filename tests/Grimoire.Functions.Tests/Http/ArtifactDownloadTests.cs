using System.Net;
using Grimoire.Casts;
using Grimoire.Functions.Http;
using Grimoire.Functions.Tests.Http.Support;

namespace Grimoire.Functions.Tests.Http;

/// <summary>What the headers of an artifact say of it.</summary>
public sealed class ArtifactDownloadTests
{
    [Theory]
    [InlineData("text/plain", "text/plain; charset=utf-8")]
    [InlineData("TEXT/Markdown; variant=GFM", "TEXT/Markdown; variant=GFM; charset=utf-8")]
    [InlineData("text/html; charset=iso-8859-1", "text/html; charset=iso-8859-1")]
    [InlineData("application/json", "application/json")]
    [InlineData("image/png", "image/png")]
    [InlineData("text", "text")]
    public void Text_that_does_not_say_its_encoding_is_sent_as_UTF8(string stored, string sent)
    {
        var artifact = new StoredArtifact("page/a", stored, 3, "abc", Instances.Id, "page", 1, "/x");

        var response = new ArtifactDownload(new FakeRequest("GET", "x"), artifact).Head(HttpStatusCode.OK);

        Assert.Equal(sent, response.Header("Content-Type"));
    }
}
