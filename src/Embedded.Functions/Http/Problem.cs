using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Embedded.Functions.Http;

/// <summary>Answers of the host itself, when it does not come to a function or the function fails: RFC 9457.</summary>
internal static class Problem
{
    public static async Task WriteAsync(
        HttpContext context, int status, string title, string? detail = null, params (string Name, string Value)[] more)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("status", status);
            writer.WriteString("title", title);
            if (detail is not null)
            {
                writer.WriteString("detail", detail);
            }

            foreach ((string name, string value) in more)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/problem+json";
        response.ContentLength = buffer.Length;
        await response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted).ConfigureAwait(false);
    }
}
