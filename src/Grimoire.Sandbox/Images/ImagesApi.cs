using System.Globalization;
using Grimoire.Sandbox.Requests;
using Microsoft.Net.Http.Headers;

namespace Grimoire.Sandbox.Images;

/// <summary><c>POST /images</c> draws a picture of a prompt; <c>GET /images/{name}.png</c> draws it again.</summary>
static class ImagesApi
{
    const double Price = 0.02;

    public static void MapImages(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/images", async (HttpContext context) =>
        {
            ImageRequest asked = await JsonBody.ReadAsync<ImageRequest>(context.Request).ConfigureAwait(false);
            return Answer(context, asked, asked.Picture());
        });
        routes.MapMethods("/images/{name}.png", [HttpMethods.Get, HttpMethods.Head], (string name) => Picture.Parse(name) is { } picture
            ? Results.Bytes(Draw(picture), "image/png", enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{name}\""))
            : throw new RefusedException(404, $"There is no picture \"{name}\".", "not_found"));
    }

    static IResult Answer(HttpContext context, ImageRequest asked, Picture picture)
    {
        bool wantsBytes = context.Request.GetTypedHeaders().Accept
            .Any(accepted => accepted.MediaType.Equals("image/png", StringComparison.OrdinalIgnoreCase));
        switch (asked.Format ?? (wantsBytes ? "binary" : "url"))
        {
            case "binary":
                context.Response.Headers["x-cost-usd"] = Price.ToString(CultureInfo.InvariantCulture);
                context.Response.Headers["x-seed"] = picture.Seed.ToString(CultureInfo.InvariantCulture);
                return Results.Bytes(Draw(picture), "image/png");
            case "base64":
                return Images(new DrawnImage(null, Convert.ToBase64String(Draw(picture)), picture.Seed, picture.Width, picture.Height, "image/png"));
            case "url":
                string url = $"{context.Request.Scheme}://{context.Request.Host}/images/{picture.Name}.png";
                return Images(new DrawnImage(url, null, picture.Seed, picture.Width, picture.Height, "image/png"));
            default:
                throw new RefusedException(422, $"format is \"{asked.Format}\"; it must be url, binary or base64.", "invalid_value", "format");
        }
    }

    static IResult Images(DrawnImage image) => Results.Ok(new { images = new[] { image }, costUsd = Price });

    static byte[] Draw(Picture picture) => PngEncoder.Encode(Painter.Paint(picture), picture.Width, picture.Height);
}

/// <summary>What to draw, and how to answer: url, binary or base64.</summary>
sealed record ImageRequest(string? Prompt, long? Width, long? Height, long? Seed, string? Format)
{
    public Picture Picture()
    {
        if (string.IsNullOrWhiteSpace(Prompt))
        {
            throw new RefusedException(422, "prompt is missing: say what to draw.", "missing_required_parameter", "prompt");
        }

        ulong hash = StableHash.Of(Prompt);
        // Small enough to be a whole number in every language that reads it.
        long seed = Seed ?? (long)(StableHash.At(hash, 0) % 1_000_000_000);
        return new Picture(hash, seed, Size("width", Width), Size("height", Height));
    }

    static int Size(string name, long? size) => Images.Picture.IsSize(size ?? Images.Picture.DefaultSize)
        ? (int)(size ?? Images.Picture.DefaultSize)
        : throw new RefusedException(
            422, $"{name} is {size}; it must be from {Images.Picture.LeastSize} to {Images.Picture.MostSize} pixels.", "invalid_value", name);
}

/// <summary>A picture that was drawn: where it is, or itself.</summary>
sealed record DrawnImage(string? Url, string? Base64, long Seed, int Width, int Height, string ContentType);
